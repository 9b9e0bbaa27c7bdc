namespace hanfact {}
